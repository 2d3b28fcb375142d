import { amounts, placementOf, referenceOf, type LabProps } from '../../constructs';
import type { LoadPods } from '../load';
import { LabError } from '../model/errors';

/**
 * Refuses several generators where the operator would start them with an image that the cluster cannot pull: that of
 * its own release, which is not in the registry that the settings name for every image.
 * @param parallelism number of generators.
 * @throws LabError (usage) that names the setting to give.
 */
export function refuseWithoutStarter({ imageRegistry, load }: LabProps, parallelism: number): void {
  if (parallelism === 1 || imageRegistry === '' || load.generator.starterImage.repository !== '') return;
  throw new LabError(
    `imageRegistry is ${imageRegistry}, but load.generator.starterImage.repository is empty: with --parallelism ${parallelism}, the k6 operator would start the generators with an image from another registry.`,
    'usage',
    "Copy the operator's starter image to the registry, and name it: --set load.generator.starterImage.repository=grafana/k6-operator --set load.generator.starterImage.tag=…",
  );
}

/** The pods of a load in a cluster, from the settings of the system that they load. */
export function loadPodsOf(lab: LabProps): LoadPods {
  const { commonLabels, commonAnnotations, podAnnotations, priorityClassName } = lab;
  const { generator, collector } = lab.load;
  const imageOf = (image: typeof generator.image) => ({
    image: referenceOf(image, lab),
    imagePullPolicy: image.pullPolicy,
  });
  const { starterImage } = generator;
  return {
    generator: { ...imageOf(generator.image), resources: amounts(generator) },
    collector: { ...imageOf(collector.image), resources: amounts(collector) },
    ...(starterImage.repository !== '' && { starter: imageOf(starterImage) }),
    ...(priorityClassName !== '' && { priorityClassName }),
    placement: placementOf(lab),
    labels: commonLabels,
    annotations: { object: commonAnnotations, pod: podAnnotations },
  };
}
