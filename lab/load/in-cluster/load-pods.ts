export interface LoadImage {
  image: string;
  imagePullPolicy: string;
}

/** A container of the load: what it runs and what it may use. */
export interface LoadContainer extends LoadImage {
  resources: Record<'requests' | 'limits', Record<string, string>>;
}

/** The settings of the load's pods, as manifests hold them. */
export interface LoadPods {
  generator: LoadContainer;
  collector: LoadContainer;
  /** With which the k6 operator starts several generators. Default: the image of its own release. */
  starter?: LoadImage;
  /** Not for several generators: the k6 operator does not know it. */
  priorityClassName?: string;
  /** Fields of every pod: nodeSelector, tolerations, affinity, imagePullSecrets. */
  placement: Record<string, object>;
  /** Of every object and pod, besides the load's own. */
  labels: Record<string, string>;
  annotations: { object: Record<string, string>; pod: Record<string, string> };
}
