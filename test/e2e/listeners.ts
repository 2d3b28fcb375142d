import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTENS = '0A';
/**
 * 127.0.0.0/8, ::1 and ::ffff:127.0.0.0/104 in the kernel's notation: words of four bytes, the last byte
 * first.
 */
const LOOPBACK = /^([0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/;

export interface Listener {
  pid: string;
  /** Hexadecimal address and port. */
  socket: string;
  isLoopback: boolean;
}

/** The TCP sockets on which these processes listen. */
export function listenersOf(pids: string[]): Listener[] {
  return pids.flatMap((pid) => {
    try {
      return listenersOfOne(pid);
    } catch (error) {
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      return []; // the process has ended
    }
  });
}

function listenersOfOne(pid: string): Listener[] {
  const own = new Set(socketsOf(pid));
  return ['tcp', 'tcp6']
    .flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === LISTENS && own.has(`socket:[${inode}]`))
    .map(([, socket]) => ({ pid, socket: socket!, isLoopback: LOOPBACK.test(socket!.split(':')[0]!) }));
}

function socketsOf(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return readlinkSync(`${folder}/${name}`);
    } catch {
      return []; // the descriptor was closed
    }
  });
}
