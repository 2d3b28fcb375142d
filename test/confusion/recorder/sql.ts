import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { hidingVariables } from '../../../lab/support/environment';
import { flagOf } from './processes';

export interface Access {
  /** The pod of the database. */
  pod: string;
  database: string;
  password: string;
}

/** Clients of the run's database, with the rights of its superuser and a connection that is reserved for him. */
export class Sql {
  private readonly clients: Client[] = [];

  /**
   * Runs a statement. With `seconds`, its transaction stays open for so long. Resolves at its end.
   * @throws Error of the database, or when `close` comes first.
   */
  async run(access: Access, text: string, seconds?: number): Promise<void> {
    const client = await this.connect(access);
    try {
      if (seconds !== undefined) await client.query('begin');
      await client.query(text);
      if (seconds === undefined) return;
      await sleep(seconds * 1000);
      await client.query('commit');
    } finally {
      await client.end();
    }
  }

  /** Ends what is still running. */
  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.end()));
  }

  private async connect({ pod, database, password }: Access): Promise<Client> {
    const [host, port] = [flagOf(pod, 'listen_addresses'), flagOf(pod, 'port')];
    if (!host || !port) throw new Error(`there is no PostgreSQL in ${pod}`);
    const to = { host, port: Number(port), user: 'postgres', password, database };
    // The client would read PGSSLMODE, PGOPTIONS and others, which are about the user's own databases.
    const client = hidingVariables('PG', () => new Client({ ...to, connectionTimeoutMillis: 5_000 }));
    client.on('error', () => undefined); // the database may be killed
    this.clients.push(client);
    await client.connect();
    return client;
  }
}
