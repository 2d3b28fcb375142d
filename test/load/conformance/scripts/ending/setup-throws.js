export function setup() {
  throw new Error('no setup');
}
export default function () {
  console.log('ran');
}
export function teardown() {
  console.log('teardown');
}
export function handleSummary(data) {
  console.log('summary', data.metrics.iterations === undefined);
  return {};
}
