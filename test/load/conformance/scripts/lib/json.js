export const echoed = (http, value) =>
  http.get(__ENV.BASE_URL + '/given?' + encodeURIComponent(JSON.stringify(value)));
/** JSON with sorted keys: k6 hands objects over as maps of Go, whose keys have another order in each run. */
export const sorted = (value) =>
  JSON.stringify(value, (_, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
export function show(response, paths) {
  for (const path of paths) console.log(path, sorted(response.json(path)));
}
