export const options = { noSetup: true, noTeardown: true };
export function setup() {
  console.log('setup');
}
export default function (data) {
  console.log(typeof data);
}
export function teardown() {
  console.log('teardown');
}
