/** What a room may be called. */
export const ROOM_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
