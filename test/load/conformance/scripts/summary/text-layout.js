import { textSummary } from 'https://jslib.k6.io/k6-summary/0.0.1/index.js';
const data = {
  options: { summaryTrendStats: ['avg', 'p(95)', 'count'], summaryTimeUnit: '', noColor: false },
  root_group: {
    name: '',
    path: '',
    id: 'x',
    checks: [{ name: 'top', path: '::top', id: 'a', passes: 2, fails: 0 }],
    groups: [
      {
        name: 'inner',
        path: '::inner',
        id: 'y',
        groups: [],
        checks: [{ name: 'fails', path: '::inner::fails', id: 'b', passes: 1, fails: 2 }],
      },
    ],
  },
  metrics: {
    checks: {
      type: 'rate',
      contains: 'default',
      values: { rate: 0.66666, passes: 2, fails: 1 },
      thresholds: { 'rate>0.9': { ok: false } },
    },
    data_sent: { type: 'counter', contains: 'data', values: { count: 123456, rate: 1234.5 } },
    http_req_duration: {
      type: 'trend',
      contains: 'time',
      values: { avg: 1.23456, 'p(95)': 65432.1, count: 12 },
      thresholds: { 'avg<5': { ok: true } },
    },
    'http_req_duration{kind:a}': {
      type: 'trend',
      contains: 'time',
      values: { avg: 0.0123, 'p(95)': 999.999, count: 3 },
    },
    vus: { type: 'gauge', contains: 'default', values: { value: 1, min: 0, max: 10 } },
  },
};
export default function () {
  for (const options of [
    { enableColors: false },
    { indent: '>>', enableColors: false },
    { indent: ' ', enableColors: true },
  ]) {
    for (const line of textSummary(data, options).split('\n')) console.log(JSON.stringify(line));
  }
}
