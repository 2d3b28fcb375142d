export function setup() {
  return { run: () => 1 };
}
export default function () {
  console.log('ran');
}
