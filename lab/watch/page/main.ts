import './theme.css';
import './page.css';
import './verdict.css';
import './charts.css';
import './map.css';
import './media.css';
import type { PageEvent } from '../protocol';
import { Page } from './page';
import { listen, type PageConnection } from './source';

const root = document.getElementById('page') as HTMLElement;
let page: Page | undefined;
let connection: PageConnection = 'waiting';

listen(
  (event: PageEvent) => {
    if (event.type === 'setup') {
      page?.close();
      page = new Page(root, event, () => connection);
    } else page?.tell(event);
  },
  (state) => {
    connection = state;
    page?.connectionChanged();
  },
);
