/** A queue whose operations take the same time at any length (Array.shift moves every element). */
export class Fifo<T> {
  private incoming: T[] = [];
  private outgoing: T[] = [];

  get length(): number {
    return this.incoming.length + this.outgoing.length;
  }

  push(value: T): void {
    this.incoming.push(value);
  }

  shift(): T | undefined {
    if (this.outgoing.length === 0) {
      this.outgoing = this.incoming.reverse();
      this.incoming = [];
    }
    return this.outgoing.pop();
  }
}
