import type { ClientMessage, Of, RelayedType } from '@p2p-call/protocol';
import type { SocketId, TicketClaims } from './state.js';

/** Who a verified join token says that this is. */
export interface Identity {
  readonly sub: string;
  /** Keyed hash of `sub`. */
  readonly key: string;
  /** Already made clean. */
  readonly name: string | null;
  readonly relay: boolean;
  readonly origins: readonly string[] | null;
  /** When the token was made out, in ms since the epoch. */
  readonly issuedAt: number;
  /** End of the longest session, in ms since the epoch. */
  readonly endsAt: number;
}

/** How somebody proved who they are: by a join token, or by a ticket of this service (`key` as in `Identity`). */
export type Proof =
  | { readonly by: 'token'; readonly identity: Identity }
  | { readonly by: 'ticket'; readonly claims: TicketClaims; readonly key: string };

/** A message that is passed on to the other person. */
export type RelayedMessage = Of<ClientMessage, RelayedType>;

type Report = Of<ClientMessage, 'report'>;

/** 32 random hexadecimal digits, new for each input, from which a step makes the ids it needs. Chance comes in, it is not made here. */
type Fresh = { readonly fresh: string };

/** Everything that can happen to a room. */
export type Input =
  | (Fresh & {
      readonly type: 'hello';
      readonly socket: SocketId;
      readonly proof: Proof;
      /** The last frame the page got, by its number; `null` if it does not say. */
      readonly seen: number | null;
      readonly join: boolean;
      readonly quiet: boolean;
      readonly trace: string | null;
    })
  | (Fresh & { readonly type: 'join'; readonly socket: SocketId; readonly quiet: boolean })
  | (Fresh & { readonly type: 'leave'; readonly socket: SocketId })
  /** `text`: the frame as it came, `message`: what it decodes to. */
  | {
      readonly type: 'relay';
      readonly socket: SocketId;
      readonly message: RelayedMessage;
      readonly text: string;
    }
  | { readonly type: 'ice'; readonly socket: SocketId }
  | { readonly type: 'report'; readonly socket: SocketId; readonly metrics: Report['metrics'] }
  /** The owner of the site takes a person out. `key`: as in `Identity`. */
  | (Fresh & { readonly type: 'remove'; readonly key: string })
  /** A socket is gone. `heardAt`: the last sign of life on it. */
  | (Fresh & {
      readonly type: 'closed';
      readonly socket: SocketId;
      readonly code: number;
      readonly heardAt: number;
    })
  /** A deadline may have passed. */
  | (Fresh & { readonly type: 'tick' });
