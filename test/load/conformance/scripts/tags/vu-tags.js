import exec from 'k6/execution';
import http from 'k6/http';
export const options = {
  iterations: 2,
  thresholds: { 'http_reqs{phase:warm}': ['count==2'], 'iterations{phase:warm}': ['count==2'] },
};
export default function () {
  if (__ITER === 0) exec.vu.metrics.tags.phase = 'warm';
  http.get(__ENV.BASE_URL + '/items');
  console.log(exec.vu.metrics.tags.phase, exec.vu.tags.scenario);
}
