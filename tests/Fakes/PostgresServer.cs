using System.Diagnostics;

namespace OrleansDiffusion.Fakes;

/// <summary>
/// A PostgreSQL server of one's own, in a temporary folder, reached through a socket in it. A small shell watches over it,
/// as the user "postgres" where we are root, whom PostgreSQL refuses: it does what its input says, and when that ends, as
/// it does with the process that started it, it stops the server and deletes the folder. Signals to the whole group, such
/// as Ctrl-C, do not disturb it.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    public const string HowToInstall = "PostgreSQL's server programs (initdb, pg_ctl) were not found on the PATH or in /usr/lib/postgresql; "
        + "install them, on Debian and Ubuntu with: apt-get install postgresql";

    private const string User = "od";

    /// <summary>Where Debian, Fedora and Homebrew put what they leave out of the PATH.</summary>
    private static readonly string[] UsualFolders = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];

    /// <summary>Arguments: programs, folder. Each command of its input is answered with "done", or with the end of the log and "failed".</summary>
    private const string Watch = """
        trap '' INT TERM HUP
        programs=$1 folder=$2
        control() { "$programs/pg_ctl" -D "$folder/data" -w "$@" </dev/null >/dev/null 2>&1; }
        start() {
          control -l "$folder/log" -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c max_connections=200" start
        }
        create() {
          printf %s "$OD_POSTGRES_PASSWORD" >password &&
            "$programs/initdb" -D data -U od --auth=scram-sha-256 --pwfile=password --encoding=UTF8 --locale=C </dev/null >log 2>&1 &&
            rm password
        }
        answer() { if [ "$1" -eq 0 ]; then echo done; else tail -n 20 log; echo failed; fi; }
        cd "$folder" && create && start
        answer $?
        while read -r command; do
          case $command in
            start) start ;;
            kill) control -m immediate stop ;;
          esac
          answer $?
        done
        control -m fast stop
        cd / && rm -rf "$folder"
        """;

    private readonly Process _watch;
    private readonly string _folder;
    private readonly string _password;

    private PostgresServer(Process watch, string folder, string password) => (_watch, _folder, _password) = (watch, folder, password);

    /// <summary>The folder of initdb and pg_ctl, the newest version first, or null.</summary>
    public static string? FindPrograms()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var usual = UsualFolders.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateDirectories(folder).Prepend(folder))
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"));
        return onPath.Concat(usual)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));
    }

    /// <summary>A new server with an empty database "postgres", ready to be asked.</summary>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed or does not start; the message says why.</exception>
    public static async Task<PostgresServer> StartAsync(CancellationToken cancellation)
    {
        var programs = FindPrograms() ?? throw new InvalidOperationException(HowToInstall);
        var folder = Directory.CreateTempSubdirectory("od-pg-").FullName;
        var password = Path.GetRandomFileName();
        if (Environment.IsPrivilegedProcess) await GiveToPostgres(folder, cancellation);
        var server = new PostgresServer(StartWatch(programs, folder, password), folder, password);
        try
        {
            await server.Answered(cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public string ConnectionString(string database = "postgres") => $"Host={_folder};Username={User};Password={_password};Database={database}";

    /// <summary>As if it had lost its power: nothing is finished or written that was not.</summary>
    public Task KillAsync(CancellationToken cancellation) => Tell("kill", cancellation);

    /// <summary>Starts it again after <see cref="KillAsync"/>; it recovers what was committed.</summary>
    public Task StartAgainAsync(CancellationToken cancellation) => Tell("start", cancellation);

    public async ValueTask DisposeAsync()
    {
        _watch.StandardInput.Close();
        await _watch.WaitForExitAsync();
        _watch.Dispose();
    }

    private static async Task GiveToPostgres(string folder, CancellationToken cancellation)
    {
        using var chown = Process.Start("chown", ["postgres", folder]);
        await chown.WaitForExitAsync(cancellation);
        if (chown.ExitCode == 0) return;
        throw new InvalidOperationException($"PostgreSQL does not run as root, and {folder} cannot be given to a user \"postgres\".");
    }

    private static Process StartWatch(string programs, string folder, string password)
    {
        string[] asPostgres = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
        string[] command = [.. asPostgres, "/bin/sh", "-c", Watch, "watch", programs, folder];
        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = "/", // The user "postgres" may not enter ours.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["LC_ALL"] = "C", ["OD_POSTGRES_PASSWORD"] = password },
        })!;
    }

    private async Task Tell(string command, CancellationToken cancellation)
    {
        await _watch.StandardInput.WriteLineAsync(command.AsMemory(), cancellation);
        await _watch.StandardInput.FlushAsync(cancellation);
        await Answered(cancellation);
    }

    private async Task Answered(CancellationToken cancellation)
    {
        List<string> said = [];
        while (await _watch.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            if (line == "done") return;
            if (line == "failed") break;
            said.Add(line);
        }

        throw new InvalidOperationException("PostgreSQL does not start:\n" + string.Join('\n', said));
    }
}
