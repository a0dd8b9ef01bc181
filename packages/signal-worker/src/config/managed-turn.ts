import { CLOUDFLARE_API_URL, type CloudflareIce } from '../http/ice/cloudflare.js';
import { TWILIO_API_URL, type TwilioIce } from '../http/ice/twilio.js';
import type { CommonIce } from './ice.js';
import type { Problems, Reader } from './reader.js';

interface Shape {
  readonly pattern: RegExp;
  readonly wrong: string;
  readonly remedy: string;
}

const KEY_ID: Shape = {
  pattern: /^[\w-]{1,128}$/,
  wrong: 'is not the id of a TURN key',
  remedy: 'copy the id that Cloudflare shows for the key',
};
const ACCOUNT_SID: Shape = {
  pattern: /^AC[\da-f]{32}$/i,
  wrong: 'is not the SID of an account',
  remedy: 'copy it from the console of Twilio: AC and 32 hexadecimal digits',
};
const TOKEN: Shape = {
  pattern: /^[\x21-\x7e]{8,512}$/,
  wrong: 'is not a token of such a service',
  remedy: 'copy it whole, without spaces',
};

/** Cloudflare's TURN service; `null` with problems added if something is missing or wrong. */
export function readCloudflare(read: Reader, problems: Problems, common: CommonIce): CloudflareIce | null {
  const keyId = readPart(read, problems, 'CLOUDFLARE_TURN_KEY_ID', KEY_ID);
  const apiToken = readPart(read, problems, 'CLOUDFLARE_TURN_API_TOKEN', TOKEN);
  const apiUrl = readApiUrl(read, problems, 'CLOUDFLARE_TURN_API_URL', CLOUDFLARE_API_URL);
  if (keyId === null || apiToken === null) return null;
  return { source: 'cloudflare', ...common, keyId, apiToken, apiUrl };
}

/** Twilio's TURN service; `null` with problems added if something is missing or wrong. */
export function readTwilio(read: Reader, problems: Problems, common: CommonIce): TwilioIce | null {
  const accountSid = readPart(read, problems, 'TWILIO_ACCOUNT_SID', ACCOUNT_SID);
  const authToken = readPart(read, problems, 'TWILIO_AUTH_TOKEN', TOKEN);
  const apiUrl = readApiUrl(read, problems, 'TWILIO_API_URL', TWILIO_API_URL);
  if (accountSid === null || authToken === null) return null;
  return { source: 'twilio', ...common, accountSid, authToken, apiUrl };
}

function readPart(read: Reader, problems: Problems, name: string, shape: Shape): string | null {
  if (!read.isSet(name)) {
    problems.add(name, 'is missing, but the other half of the pair is set', 'give both');
    return null;
  }
  const value = read.secret(name);
  if (value === null || shape.pattern.test(value)) return value;
  problems.add(name, shape.wrong, shape.remedy);
  return null;
}

/**
 * Where the managed service is. For a proxy on the way out, and for tests of the built program: nobody else needs it.
 */
function readApiUrl(read: Reader, problems: Problems, name: string, fallback: string): string {
  const text = read.text(name);
  if (text === null) return fallback;
  if (URL.canParse(text)) {
    const { protocol, hostname, pathname, origin, search } = new URL(text);
    const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
    const isSafe = protocol === 'https:' || (protocol === 'http:' && isLocal);
    if (isSafe && search === '') return `${origin}${pathname}`.replace(/\/+$/, '');
  }
  problems.add(name, 'is not an https URL', `leave it out for ${fallback}`);
  return fallback;
}
