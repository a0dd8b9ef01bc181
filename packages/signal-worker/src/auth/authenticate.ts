import type { ClientMessage, CloseName, Of } from '@p2p-call/protocol';
import type { Proof } from '../room/inputs.js';
import { cleanName } from './names.js';
import type { JoinTokenVerifier } from './join-token.js';
import type { TicketOffice } from './ticket.js';

/** Who says hello, or the name of the code to close with. */
export type Authenticated =
  { readonly ok: true; readonly proof: Proof } | { readonly ok: false; readonly close: CloseName };

/** Where and when a hello was said. */
export interface HelloPlace {
  readonly room: string;
  /** The page's `Origin`, `null` where the upgrade had none. */
  readonly origin: string | null;
  /** ms since the epoch */
  readonly now: number;
}

export interface Authenticator {
  readonly verifyToken: JoinTokenVerifier;
  readonly tickets: TicketOffice;
  /** How long any room lives, in ms: no session is longer. */
  readonly roomAgeMs: number;
}

/**
 * Who is this? A good ticket is enough by itself; with a bad one the token counts, so that a page whose ticket the service
 * no longer knows comes back as somebody new instead of not at all.
 */
export async function authenticate(
  auth: Authenticator,
  hello: Of<ClientMessage, 'hello'>,
  place: HelloPlace,
): Promise<Authenticated> {
  if (hello.ticket !== undefined) {
    const verdict = await auth.tickets.verify(hello.ticket, place.room, place.now);
    if (verdict.ok) {
      const { claims } = verdict;
      if (!isFrom(claims.origins, place.origin)) return { ok: false, close: 'forbidden' };
      return { ok: true, proof: { by: 'ticket', claims, key: await auth.tickets.identify(claims.sub) } };
    }
    if (hello.token === undefined) return verdict;
  }
  if (hello.token === undefined) return { ok: false, close: 'bad-message' };
  return byToken(auth, hello.token, hello.name ?? '', place);
}

async function byToken(
  auth: Authenticator,
  token: string,
  ownName: string,
  place: HelloPlace,
): Promise<Authenticated> {
  const verdict = await auth.verifyToken(token, place.room, place.now);
  if (!verdict.ok) return verdict;
  const { sub, name, relay, origins, longestSession } = verdict.claims;
  if (!isFrom(origins, place.origin)) return { ok: false, close: 'forbidden' };
  const longest = longestSession === null ? auth.roomAgeMs : Math.min(longestSession * 1000, auth.roomAgeMs);
  const identity = {
    sub,
    key: await auth.tickets.identify(sub),
    // Who signs the tokens decides what somebody is called; only where they are silent the page may say.
    name: cleanName(name ?? ownName),
    relay,
    origins,
    endsAt: Math.ceil(place.now + longest),
  };
  return { ok: true, proof: { by: 'token', identity } };
}

function isFrom(allowed: readonly string[] | null, origin: string | null): boolean {
  return allowed === null || (origin !== null && allowed.includes(origin));
}
