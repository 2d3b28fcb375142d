import type { HostWatch } from './host';
import { type Goal, type Row, type Spread, spreadOf } from './result';

/** One measurement of one side, by the name of the measured quantity. */
export type Measure<Name extends string> = () => Promise<Record<Name, number>>;

export interface Pairs {
  ours: number[];
  theirs: number[];
}

/**
 * Measures two sides alternately, A B B A, so a machine that becomes slower or faster affects both alike.
 * @param rounds number of rounds, each of four measurements
 */
export async function sideBySide<Name extends string>(
  host: HostWatch,
  rounds: number,
  ours: Measure<Name>,
  theirs: Measure<Name>,
): Promise<Record<Name, Pairs>> {
  const found = {} as Record<Name, Pairs>;
  const note = (side: keyof Pairs, values: Record<Name, number>) => {
    for (const name of Object.keys(values) as Name[]) {
      (found[name] ??= { ours: [], theirs: [] })[side].push(values[name]);
    }
  };
  for (let round = 0; round < rounds; round++) {
    await host.listen();
    note('ours', await ours());
    note('theirs', await theirs());
    note('theirs', await theirs());
    note('ours', await ours());
  }
  return found;
}

/** The row of one quantity. The ratio of a round is the ratio of its two sums. */
export function row(what: string, unit: string, { ours, theirs }: Pairs, goal?: Goal): Row {
  const ratios: number[] = [];
  for (let i = 0; i + 1 < ours.length; i += 2) ratios.push(sum(ours, i) / sum(theirs, i));
  return {
    what,
    unit,
    ours: spreadOf(ours),
    theirs: spreadOf(theirs),
    ratio: spreadOf(ratios),
    ...(goal && { goal }),
  };
}

/** The row of a quantity without another side. */
export function alone(what: string, unit: string, values: number[], goal?: Goal): Row {
  const ours: Spread = spreadOf(values);
  return { what, unit, ours, ...(goal && { goal }) };
}

function sum(values: number[], from: number): number {
  return (values[from] as number) + (values[from + 1] as number);
}
