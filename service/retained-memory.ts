/**
 * A cache that counts entries where it should count bytes. Buffers lie outside V8's heap, so no heap limit stops
 * them before the kernel does.
 */
export class RetainedMemory {
  private buffers: Buffer[] = [];
  bytes = 0;

  /** @param maxEntries the oldest buffer is dropped beyond so many. */
  constructor(private readonly maxEntries: number) {}

  /** Keeps so many new bytes. They are filled: a page that was never written takes no memory. */
  retain(bytes: number): void {
    this.buffers.push(Buffer.alloc(bytes, 0xa5));
    this.bytes += bytes;
    if (this.buffers.length > this.maxEntries) this.bytes -= this.buffers.shift()!.length;
  }

  /** Lets go of everything and returns how many bytes that were. */
  release(): number {
    const released = this.bytes;
    this.buffers = [];
    this.bytes = 0;
    return released;
  }
}
