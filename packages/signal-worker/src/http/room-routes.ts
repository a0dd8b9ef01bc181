import { ROOM_PATTERN } from '@p2p-call/protocol';
import { Hono } from 'hono';
import { requireBearer } from './bearer.js';

/** Somebody who takes part. */
export interface SeatDescription {
  readonly slot: 0 | 1;
  readonly sub: string;
  readonly name: string | null;
  /** Connected to the other person, but not in the call. */
  readonly quiet: boolean;
  /** False while the seat is held for somebody whose socket is gone. */
  readonly connected: boolean;
  /** When the seat was taken, in ms since the epoch. */
  readonly since: number;
}

/** A room as its owner's server sees it. */
export interface RoomDescription {
  readonly room: string;
  /** ms since the epoch */
  readonly createdAt: number;
  /** Count of pairings, from 1; 0 before anybody was seated. */
  readonly epoch: number;
  readonly callId: string | null;
  readonly seats: readonly SeatDescription[];
  /** Who is connected and has no seat. */
  readonly lobby: readonly { readonly sub: string; readonly name: string | null }[];
}

/** Rooms, for whoever has the service key. */
export interface RoomOffice {
  /** Bearer. */
  readonly key: string;
  /** `null` if there is no such room. */
  readonly describe: (room: string) => RoomDescription | null | Promise<RoomDescription | null>;
  /** Ends all that this person has in the room: seat, places in the lobby, tickets. @returns false if they have nothing there */
  readonly remove: (room: string, sub: string) => boolean | Promise<boolean>;
}

/** Characters of a `sub`, as in a join token. */
const SUB_LENGTH = 255;

/** `GET /v1/rooms/:room` and `DELETE /v1/rooms/:room/participants/:sub`. For servers: no page may call them (no CORS). */
export function roomRoutes(rooms: RoomOffice): Hono {
  const app = new Hono();
  const isOwner = requireBearer(rooms.key);

  app.get('/v1/rooms/:room', isOwner, async (c) => {
    const room = c.req.param('room');
    c.header('Cache-Control', 'no-store');
    if (!ROOM_PATTERN.test(room)) return c.json({ error: 'Not a room name' }, 400);
    const found = await rooms.describe(room);
    return found === null ? c.json({ error: 'No such room' }, 404) : c.json(found);
  });

  app.delete('/v1/rooms/:room/participants/:sub', isOwner, async (c) => {
    const room = c.req.param('room');
    c.header('Cache-Control', 'no-store');
    if (!ROOM_PATTERN.test(room)) return c.json({ error: 'Not a room name' }, 400);
    const sub = lastSegment(c.req.url);
    if (sub === null) return c.json({ error: `A participant is 1 to ${SUB_LENGTH} characters` }, 400);
    const isRemoved = await rooms.remove(room, sub);
    return isRemoved ? c.body(null, 204) : c.json({ error: 'Nobody of that sub is in that room' }, 404);
  });

  return app;
}

/** The `sub` that a URL ends with. Hono would hand over what it cannot decode as it stands: somebody else's name, perhaps. */
function lastSegment(url: string): string | null {
  try {
    const sub = decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
    return sub.length >= 1 && sub.length <= SUB_LENGTH ? sub : null;
  } catch {
    return null;
  }
}
