import chai from 'chai';
import { LabError } from '../../../../model/errors';
import type { Runtime } from '../../script/runtime';
import { consoleModule } from '../console';
import { executionModule } from '../execution';
import { k6Module } from '../k6';

/** How the assertions of one VU report. */
interface Reporter {
  check(name: string, passed: boolean): void;
  warn(text: string): void;
  abort(text: string): void;
}

/** Settings that k6chaijs adds to chai's, with its defaults. A process runs one script, so VUs may share them. */
const config = Object.assign(chai.config, {
  truncateVariableThreshold: 100,
  truncateMsgThreshold: 300,
  aggregateChecks: true,
  logFailures: false,
  exitOnError: false,
});

const { util, Assertion, AssertionError } = chai;
const flag = (assertion: object, name: string): unknown => util.flag(assertion, name);

/** The reporter of the VU that has begun an assertion last, for those that chai makes inside of its own. */
let active: Reporter | undefined;

type AssertArguments = [expression: unknown, message: Text, negated: Text, ...values: unknown[]];
type Text = string | (() => string);

Assertion.overwriteMethod('assert', () => assertAndReport);

/** Chai's central method. Unlike chai's own, it records every assertion as a check. */
function assertAndReport(this: Chai.AssertionStatic, ...values: AssertArguments): void {
  const reporter = (flag(this, 'reporter') as Reporter | undefined) ?? active;
  active = reporter;
  const args = values as unknown as Chai.AssertionArgs;
  const passed = util.test(this, args);
  const actual: unknown = util.getActual(this, args);
  const template = templateOf(this, values);
  const message = messageOf(this, template, actual);
  reporter?.check(config.aggregateChecks ? aggregateOf(this, template) : message, passed);
  if (passed) return;
  const text = shortened(message);
  if (config.logFailures) reporter?.warn(text);
  if (config.exitOnError) reporter?.abort(text);
  const ssfi = config.includeStack ? assertAndReport : (flag(this, 'ssfi') as () => void);
  throw new AssertionError(text, { actual, expected: values[3], showDiff: !values[3] && !values[4] }, ssfi);
}

const shown = (value: unknown) => shortened(String(util.objDisplay(value as object)));

function shortened(text: string): string {
  const limit = config.truncateVariableThreshold;
  return text.length > limit ? `${text.substring(0, limit)}...` : text;
}

function templateOf(assertion: object, [, message, negated, expected]: AssertArguments): string {
  const given = flag(assertion, 'negate') ? negated : message;
  const anonymize = flag(assertion, 'anonymizeMsgFunction') as ((text: string) => string) | undefined;
  const plain = ((typeof given === 'function' ? given() : given) ?? '').replace('but ', '');
  return (anonymize ? anonymize(plain) : plain).replace(/#\{exp\}/g, () => shown(expected));
}

function messageOf(assertion: object, template: string, actual: unknown): string {
  const text = template
    .replace(/#\{this\}/g, () => shown(flag(assertion, 'object')))
    .replace(/#\{act\}/g, () => shown(actual));
  const message = flag(assertion, 'message') as string | undefined;
  return message && !config.aggregateChecks ? `${message}: ${text}` : text;
}

/** The name of a check that is the same for all values, so that the summary has one line for it. */
function aggregateOf(assertion: object, template: string): string {
  const message = (flag(assertion, 'message') as string | undefined) || '${this}';
  return shortened(template.replace(/#\{this\}/g, () => message).replace(/#\{act\}/g, () => '${actual}'));
}

Assertion.addMethod('anonymize', function (this: object, anonymize?: (text: string) => string) {
  util.flag(
    this,
    'anonymizeMsgFunction',
    anonymize ?? ((text: string) => text.replace(/#\{this\}/g, '<anonymized>')),
  );
});

Assertion.addMethod('validJsonBody', function (this: Chai.AssertionStatic) {
  const response = flag(this, 'object') as { json(selector: string): unknown };
  let valid = true;
  try {
    response.json('none');
  } catch {
    valid = false;
  }
  this.assert(valid, 'has valid json body', 'does not have a valid json body', null, null);
});

/** jslib.k6.io/k6chaijs: chai 4 whose assertions are checks. */
export function chaiModule(runtime: Runtime) {
  const k6 = k6Module(runtime);
  const output = consoleModule((line) => runtime.shared.host.log(line));
  const reporter: Reporter = {
    check: (name, passed) => void k6.check(null, { [name]: passed }),
    warn: (text) => output.warn!(text),
    abort: (text) => void executionModule(runtime).test.abort(text),
  };

  const reporting =
    <A extends unknown[], R>(run: (...values: A) => R) =>
    (...values: A): R => {
      active = reporter;
      return run(...values);
    };

  const expect = reporting((value: unknown, message?: string) => {
    const assertion = new Assertion(value, message);
    util.flag(assertion, 'reporter', reporter);
    return assertion;
  });

  /** Runs the assertions in a group, and returns whether they all passed. */
  async function describe(name: string, run: () => unknown): Promise<boolean> {
    let passed = true;
    const attempt = async () => {
      try {
        await runtime.callBack(run).result;
      } catch (error) {
        if (error instanceof LabError) throw error;
        passed = false;
        if ((error as Error)?.name === 'AssertionError') return;
        output.error!(
          `Exception raised in test "${name}". Failing the test and continuing. \n${String(error)}`,
        );
        k6.check(null, { [`Exception raised "${String(error)}"`]: false });
      }
    };
    await k6.group(name, () => attempt());
    return passed;
  }

  const functions = Object.entries(chai.assert).map(([name, run]) => [
    name,
    reporting(run as (...values: unknown[]) => unknown),
  ]);
  const assert = Object.assign(
    reporting(chai.assert as unknown as (...values: unknown[]) => unknown),
    Object.fromEntries(functions),
  );
  const { use, version } = chai;
  Object.assign(expect, { fail: reporting(chai.expect.fail as () => never) });
  return { describe, expect, assert, Assertion, AssertionError, util, config, use, version };
}
