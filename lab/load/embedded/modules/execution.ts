import type { Runtime } from '../script/runtime';
import { type IterationContext, TestAborted } from '../vu';
import { GoError } from './go-error';

/** k6/execution */
export function executionModule(runtime: Runtime) {
  const { host } = runtime.shared;
  const context = (): IterationContext => {
    if (!runtime.context)
      throw new GoError('getting scenario information in the init context is not supported');
    return runtime.context;
  };

  const tags = new Proxy(
    {},
    {
      get: (_, name) => runtime.tagSet.tags[String(name)],
      has: (_, name) => String(name) in runtime.tagSet.tags,
      ownKeys: () => Object.keys(runtime.tagSet.tags),
      getOwnPropertyDescriptor: (_, name) => {
        const value = runtime.tagSet.tags[String(name)];
        return value === undefined
          ? undefined
          : { value, enumerable: true, configurable: true, writable: true };
      },
      set: (_, name, value) => {
        try {
          runtime.setTag(String(name), value);
        } catch (error) {
          throw new TypeError((error as Error).message, { cause: error });
        }
        return true;
      },
      deleteProperty: (_, name) => {
        runtime.deleteTag(String(name));
        return true;
      },
    },
  );

  const test = {
    /** Ends the test. The rest of the iteration does not run. */
    abort(message?: unknown): Promise<never> {
      if (runtime.phase === 'init') throw runtime.abortInit(reason('test aborted', message));
      runtime.claims.enterK6();
      const ended = runtime.fatal(new TestAborted());
      host.abortTest(reason('test aborted', message));
      return ended;
    },
    /** Marks the test as failed. The iteration goes on. */
    fail(message?: unknown): void {
      if (runtime.phase === 'init') throw new GoError('execution.test.fail() called outside of VU context');
      host.failTest(reason('test marked as failed', message));
    },
    get options() {
      if (runtime.phase === 'init')
        throw new GoError('getting test options in the init context is not supported');
      return runtime.shared.consolidated;
    },
  };

  return {
    scenario: {
      get name() {
        return context().scenario;
      },
      get executor() {
        return context().executor;
      },
      get startTime() {
        return context().scenarioStartTime;
      },
      get progress() {
        return context().progress?.() ?? 0;
      },
      get iterationInInstance() {
        return context().iterationInInstance;
      },
      get iterationInTest() {
        return context().iterationInTest;
      },
    },
    instance: {
      get iterationsInterrupted() {
        return host.instance().iterationsInterrupted;
      },
      get iterationsCompleted() {
        return host.instance().iterationsCompleted;
      },
      get vusActive() {
        return host.instance().vusActive;
      },
      get vusInitialized() {
        return host.instance().vusInitialized;
      },
      get currentTestRunDuration() {
        return host.instance().currentTestRunDuration;
      },
    },
    vu: {
      idInInstance: runtime.id,
      idInTest: runtime.id,
      get iterationInInstance() {
        return runtime.iteration;
      },
      get iterationInScenario() {
        return context().iterationInScenario;
      },
      tags,
      metrics: { tags, metadata: {} },
    },
    test,
  };
}

const reason = (what: string, message: unknown) =>
  message === undefined || message === null ? what : `${what}: ${String(message)}`;
