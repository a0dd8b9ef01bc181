// WebSocket frames (RFC 6455, 5.2), read from the bytes of one direction and kept as they came, so that they can be passed on.

export interface WsFrame {
  /** All of it, masked as it was. */
  readonly bytes: Buffer;
  readonly opcode: number;
  /** Without its mask. */
  readonly payload: Buffer;
}

export const TEXT = 1;
export const CLOSE = 8;

/** Cuts what comes in pieces of any size into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** @returns the frames that this piece completes */
  read(piece: Buffer): WsFrame[] {
    this.#rest = Buffer.concat([this.#rest, piece]);
    const frames: WsFrame[] = [];
    for (let frame = firstFrame(this.#rest); frame !== null; frame = firstFrame(this.#rest)) {
      frames.push(frame);
      this.#rest = this.#rest.subarray(frame.bytes.length);
    }
    return frames;
  }
}

function firstFrame(data: Buffer): WsFrame | null {
  if (data.length < 2) return null;
  const short = data.readUInt8(1) & 0x7f;
  const sizeBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const maskBytes = data.readUInt8(1) >= 0x80 ? 4 : 0;
  const start = 2 + sizeBytes + maskBytes;
  if (data.length < start) return null;
  const size =
    sizeBytes === 0 ? short : sizeBytes === 2 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  if (data.length < start + size) return null;
  const mask = data.subarray(start - maskBytes, start);
  const payload = Buffer.from(data.subarray(start, start + size));
  for (let i = 0; maskBytes > 0 && i < size; i++)
    payload.writeUInt8(payload.readUInt8(i) ^ mask.readUInt8(i % 4), i);
  return { bytes: data.subarray(0, start + size), opcode: data.readUInt8(0) & 0x0f, payload };
}
