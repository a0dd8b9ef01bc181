// The ids of a room are cut from the randomness that came in with an input (32 hexadecimal digits).

/** The ids of a new call, made from an input's randomness. `trace` is a W3C traceparent. */
export function newCall(fresh: string): { callId: string; trace: string } {
  return { callId: `c_${fresh.slice(0, 20)}`, trace: `00-${fresh}-${fresh.slice(16)}-01` };
}

/** A public name for a page, from an input's randomness. */
export function newPersonId(fresh: string): string {
  return `p_${fresh.slice(12)}`;
}
