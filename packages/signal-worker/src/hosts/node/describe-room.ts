import type { RoomDescription } from '../../http/room-routes.js';
import type { RoomState } from '../../room/index.js';

/** A room as its owner may see it. */
export function describeRoom(room: RoomState | null): RoomDescription | null {
  if (room === null) return null;
  const { name, createdAt, epoch, callId, seats, lobby } = room;
  return {
    room: name,
    createdAt,
    epoch,
    callId,
    seats: ([0, 1] as const).flatMap((slot) => {
      const seat = seats[slot];
      // Somebody known only from the other person's ticket has no `sub` here yet.
      if (seat === null) return [];
      const { person, quiet, socket, takenAt } = seat;
      const { sub, name: called } = person;
      return [{ slot, sub, name: called, quiet, connected: socket !== null, since: takenAt }];
    }),
    lobby: lobby.map(({ person }) => ({ sub: person.sub, name: person.name })),
  };
}
