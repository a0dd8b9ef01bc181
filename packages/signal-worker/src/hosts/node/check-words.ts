import type { IceProblem } from '../../http/ice-servers.js';
import type { FetchTrouble } from '../../auth/fetch-keys.js';
import { StunAnswerError, StunError } from './turn/turn-client.js';

/** Codes of DNS, the system and TLS → what somebody should know and do. */
const CODES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known to DNS; check the spelling, or the DNS entry',
  EAI_AGAIN: 'DNS does not answer on this machine; check its name servers',
  ECONNREFUSED: 'nobody listens there; is the server running, and is the port right?',
  ECONNRESET: 'the server hung up; is the port right, and does it speak this protocol?',
  EHOSTUNREACH: 'there is no way to this address; check routes and firewalls',
  ENETUNREACH: 'this machine has no way to such addresses; check routes, and IPv6',
  EPIPE: 'the server hung up; is the port right, and does it speak this protocol?',
  NO_STUN: 'something answers there that is no STUN server; check the port',
  CERT_HAS_EXPIRED: 'its certificate has expired; renew it, and have the server read the new one',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; check the clocks',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; get one for the name in this URL',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is signed by itself, which no browser trusts; get one from a CA',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from a CA that is not trusted here, nor by most browsers',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from a CA that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is not trusted; does the server send the whole chain (fullchain.pem)?',
  EPROTO: 'it does not speak TLS 1.2 or newer there; check the port and the certificate',
};

/** RFC 8489 and 8656 → the same. */
const STATUSES: Readonly<Record<number, string>> = {
  300: 'it sends people on to another server, which is not tried here',
  401: 'it does not take the credentials; is the secret the same on both sides, and are both clocks right?',
  403: 'it forbids this; check the rules of the server',
  437: 'it remembers an allocation of this port; try again',
  438: 'it forgets its own nonce at once; check stale-nonce',
  441: 'it does not take the credentials',
  442: 'it relays no UDP',
  486: 'its quota is used up; raise user-quota or total-quota, or wait',
  508: 'it has no room for more relayed addresses',
};

/** Why a STUN or TURN server could not be used, in words. */
export function wordsOfProbe(error: unknown): string {
  if (error instanceof StunError) {
    const words = STATUSES[error.status] ?? 'it refuses';
    return `${words} (${error.status})`;
  }
  if (error instanceof StunAnswerError)
    return 'its answers are not signed with the secret; is it the same on both sides?';
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return 'no answer in 3 s; check the address, and that the firewalls let this port through';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words = CODES[code] ?? (code.startsWith('ERR_SSL') ? CODES.EPROTO : undefined);
  return words === undefined ? `it cannot be reached (${code || 'unknown reason'})` : `${words} (${code})`;
}

/** Why a managed TURN service gave no credentials, in words. */
export function wordsOfService({ what, status }: IceProblem): string {
  const words: Readonly<Record<IceProblem['what'], string>> = {
    timeout: 'no answer in 2 s',
    unreachable: 'cannot be reached from here; check DNS, routes and proxies',
    refused: 'does not take the key; check its id and token',
    failed: 'answers with an error',
    nonsense: 'answers something that holds no TURN servers',
  };
  return status === null ? words[what] : `${words[what]} (${status})`;
}

/** Why there is no key set, in words. */
export function wordsOfKeys(why: FetchTrouble): string {
  const words: Readonly<Record<FetchTrouble, string>> = {
    'not-reached': 'cannot be reached; check the address, DNS, and the certificate',
    'too-slow': 'no answer in 2 s',
    status: 'does not answer with 200; redirects are not followed',
    'too-large': 'is larger than a key set may be',
    'not-json': 'is not JSON',
    'not-a-key-set': 'is not a JSON Web Key Set',
    'too-many-keys': 'holds more keys than are read',
  };
  return words[why];
}
