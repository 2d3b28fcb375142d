const bytes = open('./same-name.txt', 'b');
export default function () {
  console.log(bytes.byteLength, new Uint8Array(bytes)[0]);
}
