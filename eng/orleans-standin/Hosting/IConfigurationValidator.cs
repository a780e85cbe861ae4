namespace Orleans;

/// <summary>Checks a part of the configuration before the silo starts.</summary>
public interface IConfigurationValidator
{
    /// <exception cref="Runtime.OrleansConfigurationException">It cannot work.</exception>
    void ValidateConfiguration();
}
