export function setup() {
  console.log(typeof __ITER);
}
export default function () {
  console.log(typeof __ITER, __ITER);
}
