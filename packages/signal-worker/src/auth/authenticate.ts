import type { ClientMessage, CloseName, Of } from '@p2p-call/protocol';
import type { Proof } from '../room/inputs.js';
import {
  createJoinTokenVerifier,
  type JoinTokenPolicy,
  type JoinTokenVerifier,
  type SingleUse,
} from './join-token.js';
import { cleanName } from './names.js';
import type { KeyTrouble } from './remote-keys.js';
import type { TicketOffice } from './ticket.js';
import { UsedTokensInMemory, type UsedTokens } from './used-tokens.js';

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
  readonly usedTokens: UsedTokens;
  /** How long any room lives, in ms: no session is longer. */
  readonly roomAgeMs: number;
}

export interface AuthenticatorOptions {
  readonly tickets: TicketOffice;
  /** As in `Authenticator`. */
  readonly roomAgeMs: number;
  /** Default: the memory of this process, which is enough for one instance. */
  readonly usedTokens?: UsedTokens;
  /** Told each time the JWKS URL fails; the words are constant and fit for a log. */
  readonly onKeyTrouble?: (why: KeyTrouble) => void;
}

/** Puts together what decides who comes in. One for a deployment, since it remembers which tokens were used. */
export function createAuthenticator(policy: JoinTokenPolicy, options: AuthenticatorOptions): Authenticator {
  const { tickets, roomAgeMs, usedTokens = new UsedTokensInMemory(), onKeyTrouble } = options;
  return { verifyToken: createJoinTokenVerifier(policy, onKeyTrouble), tickets, usedTokens, roomAgeMs };
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
  const { sub, name, relay, origins, longestSession, issuedAt, singleUse } = verdict.claims;
  if (!isFrom(origins, place.origin)) return { ok: false, close: 'forbidden' };
  const longest = longestSession === null ? auth.roomAgeMs : Math.min(longestSession * 1000, auth.roomAgeMs);
  const identity = {
    sub,
    key: await auth.tickets.identify(sub),
    // Who signs the tokens decides what somebody is called; only where they are silent the page may say.
    name: cleanName(name ?? ownName),
    relay,
    origins,
    issuedAt,
    endsAt: Math.ceil(place.now + longest),
  };
  // Last: a token that is refused for anything else is not used up.
  const close = singleUse === null ? null : await useUp(auth, singleUse, place.now);
  return close === null ? { ok: true, proof: { by: 'token', identity } } : { ok: false, close };
}

/** @returns the name of the code to close with, or `null` for the first who comes with this token */
async function useUp(
  auth: Authenticator,
  { id, expiresAt }: SingleUse,
  now: number,
): Promise<CloseName | null> {
  const claim = await auth.usedTokens.claim(id, expiresAt, now);
  switch (claim) {
    case 'first':
      return null;
    case 'used':
      return 'token-replayed';
    case 'unavailable':
      return 'unavailable';
  }
}

function isFrom(allowed: readonly string[] | null, origin: string | null): boolean {
  return allowed === null || (origin !== null && allowed.includes(origin));
}
