using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo;

// A whole node inside this program: devices, grains, stores, and a client for them.
var (model, prompt) = (Path.GetFullPath(args[0]), args[1]);
var builder = Host.CreateApplicationBuilder();
builder.AddDiffusionNode(new NodeOptions { DataFolder = Path.GetFullPath("data"), SeedModelFolders = [model] });
using var host = builder.Build();
await host.StartAsync();

var client = host.Services.GetRequiredService<IDiffusionClient>();
var progress = new Progress<JobEvent>(happened => Console.WriteLine($"{happened.Progress.Phase} {happened.Progress.Fraction:0 %}"));
var made = await client.GenerateAsync(new GenerationRequest { Prompt = prompt }, progress);

await File.WriteAllBytesAsync("picture.png", made.Pictures[0]);
Console.WriteLine($"picture.png, seed {made.Job.Artifacts[0].Seed}");
await host.StopAsync();
