const text = open(import.meta.resolve('../lib/same-name.txt'));
export default function () {
  console.log(text);
}
