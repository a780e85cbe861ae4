using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>Turns pixels into files that say how they were made, and keeps them.</summary>
internal sealed partial class PictureStore(
    IPictureEncoder encoder, IArtifactStore artifacts, IJobStore jobs, TimeProvider time, IOptions<ReplicaOptions> options, ILogger<PictureStore> logger)
{
    /// <exception cref="StorageException">The disk is full or not writable, or the database is away.</exception>
    public async Task<ArtifactRef> Put(RgbImage image, GenerationSpec spec, int imageIndex)
    {
        // Not back to the grain's turns from here on: nothing of it is touched, and a turn may have to be waited for.
        var file = await encoder.Encode(image, FormatOf(spec.Format), spec.QualityPercent, Infotext.Of(spec, imageIndex)).ConfigureAwait(false);
        await Remember(Convert.ToHexStringLower(SHA256.HashData(file)));
        var id = await artifacts.Put(file, CancellationToken.None);
        DiffusionMeter.PictureStored(spec.Model);
        return new(id, imageIndex, spec.ContentType, file.Length, image.Width, image.Height, spec.SeedOf(imageIndex));
    }

    /// <summary>Small and without parameters: it is seen for a moment.</summary>
    public Task<byte[]> Preview(RgbImage image) => encoder.Encode(image, ImageFormat.Png, 100, parameters: null);

    /// <summary>
    /// Before it is stored, or nobody would find it should this process die now. While the database is away it is tried again:
    /// nor could the job end without it.
    /// </summary>
    private async Task Remember(string artifactId)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await jobs.Loosen([artifactId], CancellationToken.None);
                return;
            }
            catch (StorageException problem) when (attempt < options.Value.HandOverAttemptsMax)
            {
                Log.NotRemembered(logger, artifactId, attempt, problem);
            }

            await Task.Delay(ReplicaOptions.HandOverPause, time);
        }
    }

    private static ImageFormat FormatOf(string format) => format switch
    {
        "jpeg" => ImageFormat.Jpeg,
        "webp" => ImageFormat.Webp,
        _ => ImageFormat.Png,
    };

    private static partial class Log
    {
        [LoggerMessage(3301, LogLevel.Warning, "The picture {ArtifactId} could not be announced to the database (attempt {Attempt})")]
        public static partial void NotRemembered(ILogger logger, string artifactId, int attempt, Exception problem);
    }
}
