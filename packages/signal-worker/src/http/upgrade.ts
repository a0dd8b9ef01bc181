import { ROOM_PATTERN, SUBPROTOCOL } from '@p2p-call/protocol';

/** What an HTTP request says that wants to become a WebSocket. */
export interface UpgradeRequest {
  /** Path and query. */
  readonly url: string;
  /** Header values, `null` where there is none. */
  readonly upgrade: string | null;
  readonly origin: string | null;
  /** `Sec-WebSocket-Protocol`, a comma-separated list. */
  readonly protocols: string | null;
}

export interface UpgradePolicy {
  readonly isOriginAllowed: (origin: string | null) => boolean;
  readonly isDraining: () => boolean;
}

export type UpgradeDecision =
  /** Take it, with this sub-protocol. A page of another version is told so by close code 4426: it cannot see an HTTP status. */
  | { readonly accept: true; readonly room: string; readonly protocol: string; readonly isSupported: boolean }
  /** Answer with an HTTP status and constant text. */
  | { readonly accept: false; readonly status: 400 | 403 | 404 | 426 | 503; readonly text: string };

const PATH = /^\/v1\/rooms\/([^/?#]*)(?:\?.*)?$/;

/** Our sub-protocol in a version that we do not speak. */
const OTHER_VERSION = /^p2p-call\.v\d{1,4}$/;

const refuse = (status: 400 | 403 | 404 | 426 | 503, text: string) =>
  ({ accept: false, status, text }) as const;

/** May this request become a socket, and of which room? */
export function decideUpgrade(request: UpgradeRequest, policy: UpgradePolicy): UpgradeDecision {
  // First: a client that offers h2c with any request must not read "not found" of what is there.
  if (request.upgrade?.toLowerCase() !== 'websocket') return refuse(400, 'Only WebSocket is spoken here');
  const room = PATH.exec(request.url)?.[1];
  if (room === undefined) return refuse(404, 'Not found');
  if (!ROOM_PATTERN.test(room)) return refuse(400, 'Not a room name');
  if (!policy.isOriginAllowed(request.origin)) return refuse(403, 'Origin not allowed');
  if (policy.isDraining()) return refuse(503, 'Restarting');
  const offered = (request.protocols ?? '').split(',').map((one) => one.trim());
  if (offered.includes(SUBPROTOCOL)) return { accept: true, room, protocol: SUBPROTOCOL, isSupported: true };
  const other = offered.find((one) => OTHER_VERSION.test(one));
  if (other === undefined) return refuse(426, `Sub-protocol ${SUBPROTOCOL} required`);
  return { accept: true, room, protocol: other, isSupported: false };
}
