import { LabError } from '../../../model/errors';

export interface ThresholdExpression {
  /** Statistic of the metric, e.g. "p(95)" or "rate". */
  stat: string;
  operator: keyof typeof OPERATORS;
  value: number;
}

/** The operators of threshold expressions, longer ones first. */
const OPERATORS = {
  '<=': (left: number, right: number) => left <= right,
  '>=': (left: number, right: number) => left >= right,
  '===': (left: number, right: number) => left === right,
  '==': (left: number, right: number) => left === right,
  '!=': (left: number, right: number) => left !== right,
  '<': (left: number, right: number) => left < right,
  '>': (left: number, right: number) => left > right,
};

const EXPRESSION =
  /^\s*(\w+(?:\(\s*[\d.]+\s*\))?)\s*(<=|>=|===|==|!=|<|>)\s*([+-]?[\d.]+(?:e[+-]?\d+)?)\s*$/i;

/** Parses an expression such as "p(95)<500". @throws LabError (usage) that names `path`. */
export function parseThreshold(source: string, path: string): ThresholdExpression {
  const [, stat, operator, value] = EXPRESSION.exec(source) ?? [];
  if (!stat || !operator || !Number.isFinite(Number(value))) {
    throw new LabError(
      `${path} is ${JSON.stringify(source)}, which is not a threshold`,
      'usage',
      'Write a statistic, an operator and a number, e.g. "p(95)<500", "rate<0.01" or "count>100". ' +
        `Operators: ${Object.keys(OPERATORS).join(' ')}.`,
    );
  }
  return { stat: canonical(stat), operator: operator as keyof typeof OPERATORS, value: Number(value) };
}

/** "p( 95.0 )" and "p(95)" are the same statistic. */
function canonical(stat: string): string {
  const percentile = /^p\(\s*([\d.]+)\s*\)$/.exec(stat);
  return percentile ? `p(${Number(percentile[1])})` : stat;
}

export function holds({ operator, value }: ThresholdExpression, measured: number): boolean {
  return OPERATORS[operator](measured, value);
}
