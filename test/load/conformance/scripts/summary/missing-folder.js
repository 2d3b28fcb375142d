export default function () {}
export function handleSummary() {
  return { 'no/such/folder/x.json': '{}', stdout: 'written\n' };
}
