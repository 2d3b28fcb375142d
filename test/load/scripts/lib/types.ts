export enum Role {
  Guest,
  Admin,
}

export interface User {
  id: number;
  role: Role;
}

export const nameOf = (user: User): string => `${Role[user.role]} ${user.id}`;
