<?php
// A join token in PHP, signed with the secret of the service (HS256).
//   JOIN_SECRET=… php examples/tokens/hs256.php <room> <person> [name]

function join_token(string $room, string $sub, string $name, string $secret): string
{
    $part = fn (string $text): string => rtrim(strtr(base64_encode($text), '+/', '-_'), '=');
    $now = time();
    $head = $part(json_encode(['alg' => 'HS256', 'typ' => 'p2p-join+jwt'], JSON_THROW_ON_ERROR));
    $body = $part(json_encode([
        'aud' => 'p2p-call', 'sub' => $sub, 'name' => $name, 'room' => $room,
        'iat' => $now, 'exp' => $now + 300, 'jti' => bin2hex(random_bytes(16)),
    ], JSON_THROW_ON_ERROR));
    return "$head.$body." . $part(hash_hmac('sha256', "$head.$body", $secret, true));
}

[, $room, $sub, $name] = $argv + [3 => ''];
echo join_token($room, $sub, $name, getenv('JOIN_SECRET')), "\n";
