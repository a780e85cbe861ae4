// DDIM without added noise; Song et al. 2021, eq. 12. Timesteps as diffusers spaces them ("trailing" or "leading").
export class Ddim {
  constructor(config, stepCount) {
    const alphas = alphasCumprod(config);
    const timesteps = Array.from({ length: stepCount }, (_, i) => timestepAt(config, stepCount, i));
    this.predictsNoise = config.prediction_type === 'epsilon';
    this.steps = timesteps.map((timestep, i) => ({
      timestep,
      alpha: alphas[timestep],
      following: i + 1 < stepCount ? alphas[timesteps[i + 1]] : alphas[0],
    }));
  }

  /** The next value of a latent. */
  next({ alpha, following }, latent, output) {
    const [signal, spread] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
    const noise = this.predictsNoise ? output : spread * latent + signal * output;
    const clean = this.predictsNoise ? (latent - spread * output) / signal : signal * latent - spread * output;
    return Math.sqrt(following) * clean + Math.sqrt(1 - following) * noise;
  }
}

function timestepAt(config, stepCount, i) {
  const count = config.num_train_timesteps;
  if (config.timestep_spacing === 'trailing') return Math.round(count - (i * count) / stepCount) - 1;
  return Math.floor(count / stepCount) * (stepCount - 1 - i) + config.steps_offset;
}

/** scaled_linear: linear in the square root of beta. */
function alphasCumprod({ num_train_timesteps: count, beta_start: first, beta_end: last }) {
  let product = 1;
  return Array.from({ length: count }, (_, i) => {
    const beta = (Math.sqrt(first) + ((Math.sqrt(last) - Math.sqrt(first)) * i) / (count - 1)) ** 2;
    product *= 1 - beta;
    return product;
  });
}
