export default function () {
  undefined.call();
}
