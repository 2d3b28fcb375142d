import http from 'k6/http';
const table = { list: () => http.get(__ENV.BASE_URL + '/items'), later: async () => 'later' };
export default async function () {
  const key = 'later';
  const promise = table[key]();
  console.log(typeof promise.then, await promise);
  console.log(table['li' + 'st']().status);
  const all = await Promise.all(['a', 'b'].map(async (text) => text + text));
  console.log(all.join(' '));
  const status = await Promise.resolve('/items').then((path) => http.get(__ENV.BASE_URL + path).status);
  console.log(status);
}
