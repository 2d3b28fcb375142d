import type { Cause, Sign } from './causes';
import { type Explained, whereIn } from './explain';
import type { Harm } from './harm/harm';
import type { Look, Looking } from './looking';
import { satisfies } from './measure';
import { withValue } from './sign-in-words';
import { signal } from './signals';

/** Why a cause was not named. */
export interface Against {
  cause: string;
  is: 'ruled out' | 'unknown' | 'remark' | 'part';
  because: string;
}

const HARMLESS = 'requests neither failed nor took over a second';

/**
 * Why a cause was not named.
 * @param isMeasured whether requests were measured, so that nobody's harm is known.
 */
export function against(
  cause: Cause,
  explained: Explained[],
  looking: Looking | undefined,
  isMeasured: boolean,
): Against {
  const { name } = cause;
  const [first] = cause.signs;
  if (!looking) return { cause: name, is: 'unknown', because: notMeasured(first!) };
  const accounts = explained.flatMap(({ harm, path, accounts: all }) =>
    all.filter((account) => account.cause === cause).map((account) => ({ ...account, harm, path })),
  );
  if (accounts.length === 0) {
    const look = looking.look(cause, looking.always);
    if (!isMeasured && look.state !== 'not seen' && look.state !== 'not measured')
      return { cause: name, is: 'unknown', because: 'not measured: whether requests were harmed' };
    // Whatever was not measured, it harmed nobody.
    if (look.state === 'not measured' && isMeasured && !cause.harmsNobody)
      return { cause: name, is: 'ruled out', because: HARMLESS };
    return ofLook(cause, look, looking, looking.always, HARMLESS);
  }
  const fitting = accounts.filter(({ fit }) => fit !== 'none' && fit !== 'elsewhere');
  const open = fitting.find(({ look }) => look.state === 'not measured' || look.state === 'brief');
  if (open) return ofLook(cause, open.look, looking, open.harm.times, '');
  const present = fitting.find(({ look }) => look.state === 'seen');
  // Something that explains more was named, or it is part of that.
  if (present) return { cause: name, is: 'part', because: '' };
  const absent = fitting.find(({ look }) => look.state === 'not seen');
  if (absent) return ofLook(cause, absent.look, looking, absent.harm.times, '');
  const { look, harm, path, fit } = accounts.find(({ fit: one }) => one === 'elsewhere') ?? accounts[0]!;
  const where = fit === 'elsewhere' ? whereIn({ harm, path }) : undefined;
  const reason = where ? `${harm.route}: ${where}` : `no request ended in a way that it would explain`;
  return ofLook(cause, look, looking, harm.times, reason, true);
}

/** @param otherwise the reason, if all signs are there or if they decide nothing. */
function ofLook(
  cause: Cause,
  look: Look,
  looking: Looking,
  times: Harm['times'],
  otherwise: string,
  isElsewhere = false,
): Against {
  const { name } = cause;
  // What is named last is no news where nothing else is named.
  if (look.state === 'seen' || (look.state === 'brief' && otherwise !== ''))
    return { cause: name, is: cause.rank ? 'part' : 'remark', because: remark(cause, otherwise) };
  if (look.state === 'brief')
    return { cause: name, is: 'unknown', because: briefly(cause, look.lasted, times) };
  const value = looking.value(look.sign, times, look.whose);
  if (look.state === 'not seen') return { cause: name, is: 'ruled out', because: missing(look.sign, value) };
  if (isElsewhere) return { cause: name, is: 'ruled out', because: otherwise };
  const because =
    value === undefined ? notMeasured(look.sign) : withValue('neither clear nor excluded', look.sign, value);
  return { cause: name, is: 'unknown', because };
}

/** Signs that are all there at some time, but never together, explain nothing. */
function missing(sign: Sign, value: number | undefined): string {
  return value !== undefined && satisfies(value, sign)
    ? `${withValue(sign.yes, sign, value)}, but not at the same time as its other signs`
    : withValue(sign.no, sign, value);
}

function briefly({ signs }: Cause, lasted: number, times: Harm['times']): string {
  const whole = times.reduce((sum, { from, to }) => sum + to - from, 0);
  return `${signs[0]!.yes}, but only for ${Math.round(lasted / 1000)} of ${Math.round(whole / 1000)} s`;
}

const notMeasured = (sign: Sign): string => `not measured: ${signal(sign.signal).title}`;

function remark({ signs }: Cause, otherwise: string): string {
  return `${signs.map(({ yes }) => yes).join('; ')}; but ${otherwise}`;
}

/** Several rows of the table may share a name. Such a cause is ruled out only if each of them is. */
export function onePerName(some: Against[], all: Against[]): { cause: string; because: string }[] {
  const order: Against['is'][] = ['part', 'remark', 'unknown', 'ruled out'];
  const rank = ({ is }: Against): number => order.indexOf(is);
  return [...new Set(some.map(({ cause }) => cause))].flatMap((name) => {
    const rows = all.filter(({ cause }) => cause === name).sort((a, b) => rank(a) - rank(b));
    const own = some.find(({ cause }) => cause === name)!;
    return rank(rows[0]!) < rank(own) ? [] : [{ cause: name, because: own.because }];
  });
}
