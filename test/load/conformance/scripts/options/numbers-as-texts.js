import exec from 'k6/execution';
export const options = {
  vus: '1',
  iterations: '2',
  rps: __ENV.NOT_SET,
  batch: '5',
  batchPerHost: '',
  maxRedirects: '+3',
};
export default function () {
  const { rps, batch, batchPerHost, maxRedirects, scenarios } = exec.test.options;
  console.log(JSON.stringify([rps, batch, batchPerHost, maxRedirects, scenarios.default]));
}
