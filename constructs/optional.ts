import { Construct } from 'constructs';
import { expressionOf } from './placeholder';

/**
 * Constructs that exist only if `flag` is true. For the Helm chart, this is not known before installation.
 * The constructs are then made, and their objects are wrapped in the condition.
 */
export class Optional extends Construct {
  private readonly condition?: string;

  constructor(scope: Construct, id: string, flag: boolean, make: (scope: Construct) => void) {
    super(scope, id);
    const condition = expressionOf(flag)?.helm;
    if (condition !== undefined) this.condition = condition;
    if (flag) make(this);
  }

  /** The Helm conditions under which a construct exists. */
  static conditionsOf(construct: Construct): string[] {
    return construct.node.scopes.flatMap((scope) =>
      scope instanceof Optional && scope.condition !== undefined ? [scope.condition] : [],
    );
  }
}
