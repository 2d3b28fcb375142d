export default function () {
  const names = [
    'URL',
    'URLSearchParams',
    'TextEncoder',
    'atob',
    'btoa',
    'structuredClone',
    'performance',
    'AbortController',
    'FormData',
    'Blob',
    'queueMicrotask',
    'process',
    'Buffer',
    'fetch',
  ];
  console.log(names.filter((name) => name in globalThis && globalThis[name] !== undefined).join(' '));
  console.log(typeof URL, typeof performance, typeof queueMicrotask);
  try {
    new URL('/a', 'http://x.example');
  } catch (error) {
    console.log(String(error));
  }
  performance.now();
}
