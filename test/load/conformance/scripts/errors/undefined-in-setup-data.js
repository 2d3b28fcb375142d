export function setup() {
  return { a: undefined, list: [undefined] };
}
export default function (data) {
  console.log(JSON.stringify(data));
}
