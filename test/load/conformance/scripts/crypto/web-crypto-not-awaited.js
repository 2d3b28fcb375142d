export default function () {
  crypto.subtle.digest('SHA-1', new Uint8Array([1])).then((digest) => console.log(digest.byteLength));
  console.log('first');
}
