import { base64, utf8 } from '../../auth/bytes.js';
import type { ManagedApi } from './managed.js';
import { readServers } from './read-servers.js';

/** Twilio Network Traversal Service. */
export interface TwilioIce {
  readonly source: 'twilio';
  readonly stunUrls: readonly string[];
  readonly accountSid: string;
  readonly authToken: string;
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly ttlSeconds: number;
}

export const TWILIO_API_URL = 'https://api.twilio.com';

/** https://www.twilio.com/docs/stun-turn/api */
export function twilioApi({ apiUrl, accountSid, authToken, ttlSeconds }: TwilioIce): ManagedApi {
  return {
    name: 'twilio',
    url: `${apiUrl}/2010-04-01/Accounts/${accountSid}/Tokens.json`,
    headers: {
      Authorization: `Basic ${base64(utf8(`${accountSid}:${authToken}`).buffer)}`,
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: `Ttl=${ttlSeconds}`,
    read: (answer) => readServers(answer.ice_servers),
  };
}
