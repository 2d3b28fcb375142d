import exec from 'k6/execution';
import http from 'k6/http';
export const options = {
  thresholds: { 'http_reqs{phase:warm}': ['count==1'], 'http_reqs{scenario:default}': ['count==1'] },
};
export default function () {
  exec.vu.metrics.tags.phase = 'warm';
  http.get(__ENV.BASE_URL + '/items');
  delete exec.vu.metrics.tags.phase;
  delete exec.vu.metrics.tags.scenario;
  console.log('phase' in exec.vu.metrics.tags, exec.vu.metrics.tags.phase);
  http.get(__ENV.BASE_URL + '/items');
}
