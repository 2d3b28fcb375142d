'use strict';
// events.js make|parse|record|append FILE EVENTS, or events.js lengthen FILE SECONDS
const { closeSync, openSync, readFileSync, writeFileSync, writeSync } = require('node:fs');
const { performance } = require('node:perf_hooks');
const { Recorder } = require('../../build/lab/recording/recorder');

const [what, file, count] = process.argv.slice(2);
const line = (t) => ({
  type: 'log',
  t,
  source: 'backend-1',
  line: `{"event":"error","reason":"timeout","t":${t}}`,
});

const ACTIONS = {
  /** Adds log lines between a run's events until there are enough of them. */
  make() {
    const run = readFileSync(file, 'utf8').trimEnd().split('\n');
    const each = Math.floor((Number(count) - run.length) / (run.length - 1));
    const out = [run[0]];
    for (const text of run.slice(1)) {
      const log = JSON.stringify(line(JSON.parse(text).t));
      for (let i = 0; i < each; i++) out.push(log);
      out.push(text);
    }
    writeFileSync(file, `${out.join('\n')}\n`);
  },
  /** Repeats the events under load until the load is long enough. */
  lengthen() {
    const [run, ...events] = readFileSync(file, 'utf8').trimEnd().split('\n').map(JSON.parse);
    const phase = (wanted) => events.findIndex(({ type, name }) => type === 'phase' && name === wanted);
    const [from, to] = [phase('load') + 1, phase('cooldown')];
    const length = events[to].t - events[from - 1].t;
    const times = Math.ceil((Number(count) * 1000) / length);
    const under = events.slice(from, to);
    const again = under.filter(({ type }) => ['scrape', 'requests', 'load', 'host'].includes(type));
    const later = (list, k) => list.map((event) => ({ ...event, t: event.t + k * length }));
    const out = [{ ...run, length: 'full', timeScale: 1 }, ...events.slice(0, to)];
    for (let k = 1; k < times; k++) out.push(...later(again, k));
    out.push(...later(events.slice(to), times - 1));
    writeFileSync(file, `${out.map((event) => JSON.stringify(event)).join('\n')}\n`);
  },
  parse() {
    let events = 0;
    for (const text of readFileSync(file, 'utf8').split('\n')) if (text && JSON.parse(text).type) events++;
    if (events < Number(count) * 0.9) throw new Error(`only ${events} events`);
  },
  record() {
    const recorder = new Recorder(file);
    timed((t) => recorder.write(line(t)));
    recorder.close();
  },
  append() {
    const descriptor = openSync(file, 'wx');
    timed((t) => writeSync(descriptor, `${JSON.stringify(line(t))}\n`));
    closeSync(descriptor);
  },
};

function timed(write) {
  const events = Number(count) / 10;
  const from = performance.now();
  for (let t = 0; t < events; t++) write(t);
  console.log((1000 * (performance.now() - from)) / events);
}

ACTIONS[what]();
