/** Reads the arrays that Python's `pack` sends. */

export interface Packed {
  dtype: "float32" | "int32" | "uint8";
  shape: number[];
  buffer: DataView;
}

export type Values = Float32Array | Int32Array | Uint8Array;

const TYPES = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };

/** A view where the bytes are aligned, a copy where they are not (four-byte types need it). */
export function unpack({ dtype, buffer }: Packed): Values {
  const Type = TYPES[dtype];
  const length = buffer.byteLength / Type.BYTES_PER_ELEMENT;
  if (buffer.byteOffset % Type.BYTES_PER_ELEMENT === 0) {
    return new Type(buffer.buffer as ArrayBuffer, buffer.byteOffset, length);
  }
  const start = buffer.byteOffset;
  return new Type(buffer.buffer.slice(start, start + buffer.byteLength) as ArrayBuffer);
}
