/** Logs once that the API server does not answer, and once that it answers again, whoever notices first. */
export class ApiOutage {
  private lostAt?: number;

  constructor(private readonly tell: (line: string) => void) {}

  began(problem: Error): void {
    if (this.lostAt !== undefined) return;
    this.lostAt = performance.now();
    this.tell(`the API server does not answer: ${problem.message}`);
  }

  ended(): void {
    if (this.lostAt === undefined) return;
    const seconds = Math.round((performance.now() - this.lostAt) / 1000);
    this.tell(`the API server answers again, after ${seconds} s`);
    this.lostAt = undefined;
  }
}
