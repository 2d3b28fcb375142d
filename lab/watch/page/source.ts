import type { PageEvent } from '../protocol';

export type PageConnection = 'embedded' | 'connected' | 'waiting';

/** Feeds the page from its embedded events, or from the server that sent it. */
export function listen(tell: (event: PageEvent) => void, connection: (state: PageConnection) => void): void {
  const embedded = document.getElementById('events');
  if (embedded) {
    connection('embedded');
    (JSON.parse(embedded.textContent ?? '[]') as PageEvent[]).forEach(tell);
    return;
  }
  const source = new EventSource('events');
  source.addEventListener('open', () => connection('connected'));
  source.addEventListener('error', () => connection('waiting'));
  source.addEventListener('message', ({ data }) => tell(JSON.parse(data as string) as PageEvent));
}
