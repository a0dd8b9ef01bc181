<?php
// A join token in PHP, signed with a private key (EdDSA). It needs PHP's sodium extension, which is part of most builds.
//   JOIN_PRIVATE_JWK='{"kty":"OKP",…}' php examples/tokens/eddsa.php <room> <person> [name]

function join_token(string $room, string $sub, string $name, array $jwk): string
{
    $part = fn (string $bytes): string => sodium_bin2base64($bytes, SODIUM_BASE64_VARIANT_URLSAFE_NO_PADDING);
    $seed = sodium_base642bin($jwk['d'], SODIUM_BASE64_VARIANT_URLSAFE_NO_PADDING);
    $key = sodium_crypto_sign_secretkey(sodium_crypto_sign_seed_keypair($seed));
    $now = time();
    $head = $part(json_encode(['alg' => 'EdDSA', 'typ' => 'p2p-join+jwt', 'kid' => $jwk['kid']], JSON_THROW_ON_ERROR));
    $body = $part(json_encode([
        'aud' => 'p2p-call', 'sub' => $sub, 'name' => $name, 'room' => $room,
        'iat' => $now, 'exp' => $now + 300, 'jti' => bin2hex(random_bytes(16)),
    ], JSON_THROW_ON_ERROR));
    return "$head.$body." . $part(sodium_crypto_sign_detached("$head.$body", $key));
}

[, $room, $sub, $name] = $argv + [3 => ''];
$jwk = json_decode(getenv('JOIN_PRIVATE_JWK'), true, 4, JSON_THROW_ON_ERROR);
echo join_token($room, $sub, $name, $jwk), "\n";
