const URL = 'mine';
const open = 'too';
function performance() {
  return 'measured';
}
export default function () {
  const process = 'local';
  const { fetch, Buffer: buffer } = { fetch: 1, Buffer: 2 };
  console.log(URL, open, performance(), process, fetch, buffer, { URL }.URL);
}
