/**
 * A cache that counts entries where it should count bytes. Buffers are outside V8's heap, so no heap limit
 * stops them before the kernel does.
 */
export class RetainedMemory {
  private buffers: Buffer[] = [];
  bytes = 0;

  /** @param maxEntries beyond this many, the oldest buffer is dropped. */
  constructor(private readonly maxEntries: number) {}

  /** Keeps new bytes. They are filled, because a page that was never written takes no memory. */
  retain(bytes: number): void {
    this.buffers.push(Buffer.alloc(bytes, 0xa5));
    this.bytes += bytes;
    if (this.buffers.length > this.maxEntries) this.bytes -= this.buffers.shift()!.length;
  }

  /** Frees everything and returns the number of bytes. */
  release(): number {
    const released = this.bytes;
    this.buffers = [];
    this.bytes = 0;
    return released;
  }
}
