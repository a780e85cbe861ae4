using System.CommandLine;
using System.Security.Cryptography;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Cli.Connections;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Silo;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Keys;

/// <summary>`od keys`: who may call the API. Works on the data folder or the database itself; a running server sees changes at once.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var command = new Command("keys", "List, add and remove API keys of a data folder, or of a cluster's database.");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Add());
        command.Subcommands.Add(Remove());
        return command;
    }

    private static Command List()
    {
        var place = new KeyPlace();
        var command = new Command("list", "Show the keys; their secrets are not kept.") { place.Data, place.Database };
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            await using var storage = await place.OpenAsync(parse, cancellation);
            var table = new Table().Border(TableBorder.Simple).AddColumns("Key", "Tenant", "Admin", "Created");
            foreach (var key in await storage.Keys.List(cancellation))
                table.AddRow(Markup.Escape(key.Id), Markup.Escape(key.TenantId), key.IsAdmin ? "yes" : "no", key.CreatedAt.ToString("u"));
            AnsiConsole.Write(table);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Add()
    {
        var place = new KeyPlace();
        var tenant = new Option<string>("--tenant") { Description = "Whose jobs the key sees.", DefaultValueFactory = _ => GrainKeys.DefaultTenant, HelpName = "NAME" };
        var admin = new Option<bool>("--admin") { Description = "May also add and remove models." };
        var command = new Command("add", "Make a key and print its secret, once.") { tenant, admin, place.Data, place.Database };
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            await using var storage = await place.OpenAsync(parse, cancellation);
            var id = "key_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
            var (key, secret) = KeyMaker.Make(id, parse.GetValue(tenant)!, parse.GetValue(admin), TimeProvider.System);
            await storage.Keys.Put(key, cancellation);
            Console.WriteLine(secret);
            Console.Error.WriteLine($"Key {id} for tenant {key.TenantId}. Keep the secret: it cannot be shown again.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove()
    {
        var place = new KeyPlace();
        var id = new Argument<string>("key") { Description = "The key's name, as `od keys list` shows it." };
        var command = new Command("remove", "Make a key worthless.") { id, place.Data, place.Database };
        command.SetGuardedAction(async (parse, cancellation) =>
        {
            await using var storage = await place.OpenAsync(parse, cancellation);
            if (await storage.Keys.Remove(parse.GetValue(id)!, cancellation)) return ExitCode.Ok;
            Console.Error.WriteLine($"od: there is no key '{parse.GetValue(id)}'.");
            return ExitCode.Failed;
        });
        return command;
    }
}
